// The unmodified `wpapi` client: argv = node_modules, endpoint, token, picture. Prints what it saw as JSON.
const [modules, endpoint, password, picture] = process.argv.slice(2);
const WPAPI = require(modules + "/wpapi");
const wp = new WPAPI({ endpoint, username: "editor", password, auth: true });
(async () => {
  const seen = {};
  const found = (await WPAPI.discover(endpoint.replace("/wp-json", "/"))).auth({ username: "editor", password });
  seen.discovered = (await found.namespace("wp/v2").posts().create({ title: "Found by a link", status: "pending" })).status;
  await found.posts().id((await found.posts().status("pending"))[0].id).delete({ force: true });
  seen.root = (await wp.root()).namespaces;
  seen.me = (await wp.users().me()).name;
  const category = await wp.categories().create({ name: "Travel" });
  const tag = await wp.tags().create({ name: "Night Trains" });
  const media = await wp.media().file(picture, "lamp.png").create({ alt_text: "A lamp", caption: "On" });
  seen.media = [media.media_type, media.mime_type, media.source_url.startsWith("http")];
  const post = await wp.posts().create({
    title: "Hello <b>world</b>", content: "First line\nsecond line\n\nAnother paragraph.", excerpt: "Short.",
    status: "publish", categories: [category.id], tags: [tag.id], featured_media: media.id,
  });
  seen.post = [post.status, post.slug, post.content.rendered, post.categories[0] === category.id, post.tags[0] === tag.id, post.featured_media === media.id];
  seen.link = post.link;
  const edited = await wp.posts().id(post.id).update({ title: { raw: "Good morning" } });
  seen.edited = [edited.title.rendered, edited.link === post.link, edited.content.rendered === post.content.rendered];
  const draft = await wp.posts().create({ title: "Later", content: "x", status: "draft" });
  for (let n = 0; n < 4; n++) await wp.posts().create({ title: "Piece " + n, content: "x", status: "publish" });
  const page = await wp.posts().perPage(2).page(2);
  seen.paging = [page._paging.total, page._paging.totalPages, page.length, Boolean(page._paging.next), Boolean(page._paging.prev)];
  seen.drafts = (await wp.posts().status("draft")).map((each) => each.title.rendered);
  seen.in_category = (await wp.posts().categories(category.id)).length;
  seen.types = Object.keys(await wp.types());
  seen.statuses = Object.keys(await wp.statuses());
  const static_page = await wp.pages().create({ title: "About", content: "Us.", status: "publish" });
  seen.page = [static_page.type, static_page.link];
  seen.deleted = (await wp.posts().id(post.id).delete()).status;
  seen.forced = (await wp.posts().id(draft.id).delete({ force: true })).deleted;
  try {
    await wp.posts().create({ title: "x", status: "no such" });
  } catch (error) {
    seen.refused = [error.code, error.data.status];
  }
  try {
    await new WPAPI({ endpoint }).posts();
  } catch (error) {
    seen.stranger = [error.code, error.data.status];
  }
  console.log(JSON.stringify(seen));
})().catch((error) => { console.error(error); process.exit(1); });
