// The unmodified `micropub-helper` client: argv = node_modules, endpoint, token, picture. Prints what it saw as JSON.
const [modules, micropubEndpoint, token, picture] = process.argv.slice(2);
delete global.FormData; // its HTTP library is older than the one that Node brings: let it take its own
const Micropub = require(modules + "/micropub-helper");
const micropub = new Micropub({ token, micropubEndpoint, mediaEndpoint: micropubEndpoint + "/media" });
(async () => {
  const seen = { verified: await micropub.verifyToken() };
  seen.config = await micropub.query("config");
  seen.syndicate = await micropub.query("syndicate-to");
  const photo = await micropub.postMedia(require("fs").createReadStream(picture));
  seen.form = await micropub.create({ h: "entry", content: "A note & more\nline two", category: ["night", "train"] }, "form");
  seen.json = await micropub.create({
    type: ["h-entry"],
    properties: { name: ["A lamp"], content: [{ html: "<p>Light.</p>" }], photo: [photo], "mp-slug": ["lamp"], category: ["light"] },
  });
  seen.multipart = await micropub.create({ h: "entry", name: "Many parts", content: "Parts" }, "multipart");
  seen.source = await micropub.querySource(seen.json);
  seen.some = await micropub.querySource(seen.json, ["category"]);
  seen.updated = await micropub.update(seen.json, {
    replace: { content: ["Dark."] }, add: { category: ["glass"] }, delete: ["photo"],
  });
  seen.after = await micropub.querySource(seen.json);
  await micropub.update(seen.json, { delete: { category: ["light"] } });
  seen.fewer = await micropub.querySource(seen.json, ["category"]);
  await micropub.delete(seen.form);
  await micropub.delete(seen.multipart);
  await micropub.undelete(seen.multipart);
  try {
    await new Micropub({ token: "wrong", micropubEndpoint }).create({ h: "entry", content: "x" }, "form");
  } catch (error) {
    seen.stranger = error.status;
  }
  console.log(JSON.stringify(seen));
})().catch((error) => { console.error(error); process.exit(1); });
