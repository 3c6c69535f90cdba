{#- The player: everything works without it but taps, keys, the pause and the progress bar. -#}
{#- s the strip, P its pages, i the page shown, R -1 in right-to-left text, q paused by the reader, o held. -#}
((d,E)=>{let s=d.querySelector(".s"),P=[...s.children],n=P.length,i=-1,q,o,x,y,t,T=d.title,m=matchMedia("(prefers-reduced-motion:reduce)"),R=getComputedStyle(s).direction=="rtl"?-1:1,b=d.createElement("div"),$=c=>d.querySelector(c),K=$("#pause"),X=$("#close"),{% if has_film %}W=[...d.querySelectorAll("video")],M=$("#sound"),{% endif %}
{#- show(j): make page j the current one -#}
u=j=>{if(j==i)return;i=j;P.forEach((e,k)=>{e.inert=k!=j;b.children[k].className=k<j?"d":k==j?"a":""});b.style.setProperty("--t",P[j].dataset.t);history.replaceState(0,"","#"+P[j].id){% if has_film %};h(){% endif %}},
{#- go(j): scroll to page j -#}
g=j=>{if(j<0||j>=n)return;s.scrollTo({left:R*j*s.clientWidth,behavior:m.matches||Math.abs(j-i)>1?"instant":"smooth"});u(j)},
{#- hold: the class that stops the bar, by button, finger or a hidden tab -#}
h=()=>{let v=q||o||d.hidden;E.classList.toggle("h",v);s.setAttribute("aria-live",v?"polite":"off");K.setAttribute("aria-label",q?K.dataset.play:K.dataset.pause);K.textContent=q?"\u25b6\ufe0e":"\u275a\u275a"{% if has_film %};W.forEach(e=>v||e.closest("[inert]")?e.pause():e.play().catch(()=>{})){% endif %}},
z=()=>{q=!q;h()},e=()=>parent!=self?parent.postMessage("story-close","*"):X.click();
E.classList.add("js");b.className="b";b.ariaHidden="true";b.innerHTML="<i></i>".repeat(n);d.body.append(b);K.hidden=0;K.onclick=z;{% if has_film %}M.hidden=0;W.forEach(e=>{e.controls=0;e.muted=1});M.onclick=()=>W.forEach(e=>M.ariaPressed=!(e.muted=!e.muted));{% endif %}
X.addEventListener("click",v=>{if(parent!=self){v.preventDefault();e()}});
d.querySelectorAll(".n").forEach(v=>v.onclick=()=>g(i+(v.matches(".f")?1:-1)*R));
let O=new IntersectionObserver(v=>v.forEach(v=>v.isIntersecting&&u(P.indexOf(v.target))),{root:s,threshold:.6});
b.addEventListener("animationend",()=>g(i+1));
s.addEventListener("pointerdown",v=>{x=v.clientX;y=v.clientY;t=v.timeStamp;o=1;h()});
["pointerup","pointercancel"].forEach(v=>addEventListener(v,()=>{o=0;h()}));
s.addEventListener("click",v=>{if(v.target.closest("a,details")||v.timeStamp-t>350||Math.hypot(v.clientX-x,v.clientY-y)>9)return;let r=s.getBoundingClientRect();g(i+((v.clientX-r.left)/r.width<.3==(R>0)?-1:1))});
addEventListener("keydown",v=>{let k=v.key,w={ArrowRight:i+R,ArrowLeft:i-R,PageDown:i+1,PageUp:i-1,Home:0,End:n-1}[k];if(v.altKey||v.ctrlKey||v.metaKey)return;if(k=="Escape")e();else if(k==" "&&!v.target.closest("a,button,summary")){v.preventDefault();z()}else if(w!=null){v.preventDefault();g(w)}});
d.addEventListener("visibilitychange",h);
addEventListener("hashchange",()=>{let j=P.findIndex(e=>"#"+e.id==location.hash);j<0||g(j)});
addEventListener("resize",()=>s.scrollTo({left:R*i*s.clientWidth,behavior:"instant"}));
q=m.matches;let j=Math.max(0,P.findIndex(e=>"#"+e.id==location.hash));u(0);j&&g(j);P.forEach(e=>O.observe(e));h();s.focus({preventScroll:1})})(document,document.documentElement)
