// Keeps answers as they are given: on this device at once, and on the server as soon as there is a line.
const form = document.getElementById("_attempt"), over = document.querySelector("[data-over]")
const shelf = (id) => `attempt:${id}`
// Nothing is left on a clinic's computer of an attempt that is over.
if (over?.dataset.over && !form) try { localStorage.removeItem(shelf(over.dataset.over)) } catch {}
if (form) attend(form)

function attend(form) {
  const page = new URL(form.action, location.href).pathname, name = shelf(page.split("/").pop())
  // The server's clock, as of when its answer began to arrive: all tabs are to agree on what is newer.
  const first = performance.getEntriesByType("navigation")[0]?.responseStart
  const words = form.dataset, ahead = words.now - (first ? performance.timeOrigin + first : Date.now())
  const sections = [...form.querySelectorAll("[data-question]")]
  const section = (id) => sections.find((one) => one.dataset.question === id)
  const line = document.getElementById("_line")
  let waiting = {}, sending = null, pause = 0, timer = 0, handing = false
  try { waiting = JSON.parse(localStorage.getItem(name)) || {} } catch {}
  const found = Object.keys(waiting).length
  const remember = () => {
    try { Object.keys(waiting).length ? localStorage.setItem(name, JSON.stringify(waiting)) : localStorage.removeItem(name) } catch {}
  }
  const token = () => form.elements.csrf_token
  const fields = (one) => [...new FormData(form)].filter(([key]) => key.startsWith(`${one.dataset.question}.`) && !key.endsWith(".made"))
  const say = (one, what) => {
    const place = one.querySelector(".kept")
    place.textContent = what || ""
    place.classList.toggle("not", what !== words.saved && what !== words.saving)
  }

  // An answer has the moment at which it was given, by the server's clock: a late one overwrites nothing newer.
  function changed(one) {
    const made = Math.max(Math.round(Date.now() + ahead), Number(one.dataset.made) + 1)
    one.dataset.made = form.elements[`${one.dataset.question}.made`].value = made
    waiting[one.dataset.question] = { made, fields: fields(one) }
    remember()
    say(one, words.saving)
  }
  const later = (milliseconds) => { clearTimeout(timer); timer = setTimeout(flush, milliseconds) }

  async function post() {
    const sent = structuredClone(waiting), body = new URLSearchParams({ csrf_token: token().value })
    for (const [id, one] of Object.entries(sent)) {
      for (const [key, value] of one.fields) body.append(key, value)
      body.append(`${id}.made`, one.made)
    }
    // A tab that is closed meanwhile still sends what is short enough for browsers.
    const keepalive = String(body).length < 60_000
    const answer = await fetch(`${page}/answers`, { method: "POST", body, keepalive, headers: { "X-Fragment": "left" } })
    if (answer.status === 409) { waiting = {}; remember(); location.reload(); return true }
    if (!answer.ok) throw answer
    for (const [id, one] of Object.entries(sent)) {
      if (waiting[id]?.made === one.made) { delete waiting[id]; if (section(id)) say(section(id), words.saved) }
    }
    remember()
    line.textContent = ""
    const left = document.getElementById("_left"), html = await answer.text()
    if (left.innerHTML.trim() !== html.trim()) left.innerHTML = html
    return true
  }

  // A page may be older than the sign-in it was made for: the token of a fresh one is good again.
  async function renewed() {
    const answer = await fetch(page)
    if (answer.redirected || !answer.ok) return false
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#_attempt [name=csrf_token]")
    if (!fresh) { location.reload(); return false }
    token().value = fresh.value
    return true
  }

  async function attempt() {
    try {
      return await post()
    } catch (fault) {
      let out = fault instanceof Response && [400, 401, 403].includes(fault.status)
      if (out) try { if (await renewed()) return await post() } catch { out = false }
      for (const id of Object.keys(waiting)) if (section(id)) say(section(id), out ? words.out : words.kept)
      line.textContent = out ? words.out : words.kept
      pause = Math.min(60_000, pause * 2 || 4_000)
      later(pause)
      return false
    }
  }
  function flush() {
    if (!Object.keys(waiting).length) return Promise.resolve(true)
    if (sending) return sending.then(flush)
    clearTimeout(timer)
    sending = attempt().then((done) => { sending = null; if (done) pause = 0; return done })
    return sending.then((done) => (done && Object.keys(waiting).length ? flush() : done))
  }

  form.addEventListener("input", (event) => {
    const one = event.target.closest("[data-question]")
    if (!one) return
    changed(one)
    later(event.target.matches("input:not([type=radio], [type=checkbox]), textarea") ? 700 : 0)
  })
  addEventListener("online", () => later(0))
  addEventListener("visibilitychange", () => document.hidden && flush())

  form.addEventListener("submit", async (event) => {
    if (handing) return
    event.preventDefault()
    const fault = document.getElementById("_fault"), button = event.submitter
    fault.hidden = true
    // A form that is still being submitted does not submit again.
    await new Promise((then) => setTimeout(then))
    if (await flush()) {
      handing = true
      form.requestSubmit(button)
      setTimeout(() => (handing = false), 5_000)
    } else {
      fault.textContent = words.wait
      fault.hidden = false
    }
  })

  // What this device kept, and the server has not: shown, sent, and then the page as the server has it.
  for (const [id, one] of Object.entries(waiting)) {
    if (!section(id)) { delete waiting[id]; continue }
    restore(section(id), one.fields)
    form.elements[`${id}.made`].value = one.made
    say(section(id), words.kept)
  }
  for (const list of form.querySelectorAll(".order")) movable(list, changed, later, words.keep)
  clock(form, ahead)
  if (found) flush().then((done) => done && location.reload())
}

function restore(section, fields) {
  for (const input of section.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const values = fields.filter(([key]) => key === input.name).map(([, value]) => value)
    if (input.matches("[type=radio], [type=checkbox]")) input.checked = values.includes(input.value)
    else if (values.length) input.value = values[0]
  }
}

// Lines to be put in order get buttons that move them; a list that nobody touched has no answer yet.
function movable(list, changed, later, keep) {
  const lines = [...list.children], section = list.closest("[data-question]")
  const place = (line) => line.querySelector("select")
  const number = () => {
    [...list.children].forEach((line, n) => (place(line).value = n + 1))
    same.hidden = true
    changed(section)
    later(0)
  }
  if (lines.every((line) => place(line).value)) list.append(...lines.sort((a, b) => place(a).value - place(b).value))
  list.previousElementSibling.hidden = true
  for (const line of lines) {
    place(line).hidden = true
    for (const [sign, step] of [["↑", -1], ["↓", 1]]) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "move"
      button.textContent = sign
      button.setAttribute("aria-label", `${sign} ${line.querySelector("span").textContent.trim()}`)
      button.onclick = () => {
        const other = step < 0 ? line.previousElementSibling : line.nextElementSibling
        if (other) step < 0 ? other.before(line) : other.after(line)
        number()
        button.focus()
      }
      line.append(button)
    }
  }
  const same = document.createElement("button")
  same.type = "button"
  same.className = "keep"
  same.textContent = keep
  same.onclick = () => { number(); list.querySelector(".move").focus() }
  same.hidden = lines.every((line) => place(line).value)
  list.after(same)
}

// The time that is left, to the eye each second, to the ear at few moments; at its end what there is is handed in.
function clock(form, ahead) {
  const place = document.querySelector(".clock")
  if (!place) return
  const shown = place.querySelector("span"), said = place.querySelector("[role=status]"), moments = [600, 300, 60]
  const text = (left) => place.dataset.left.replace("%(time)s", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`)
  const left = () => Math.max(0, Math.ceil((place.dataset.ends - Date.now() - ahead) / 1000))
  while (moments.length && left() <= moments[0]) moments.shift()
  const ticking = setInterval(tick, 1000)
  function tick() {
    const rest = left()
    shown.textContent = text(rest)
    if (moments.length && rest <= moments[0]) { moments.shift(); said.textContent = text(rest) }
    if (rest) return
    clearInterval(ticking)
    said.textContent = shown.textContent = place.dataset.over
    const sure = form.querySelector("[name=sure]")
    sure.value = "1"
    form.requestSubmit(sure)
  }
  tick()
}
