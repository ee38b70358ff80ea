// Tells the server which seconds are played, and goes on where one stopped. What a bad line keeps back is kept here, and
// sent when it is back: its id makes it land once.
const media = document.querySelector(".player video, .player audio"), place = document.querySelector("#_standing")
if (media && place?.dataset.plays) {
  const { plays, token, who } = place.dataset, kept = `plays ${who}`, every = 20
  const id = () => [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("")
  const round = (seconds) => Math.round(seconds * 100) / 100
  const session = id()
  let segments = [], from = null, last = 0, rate = 1, told = 0, opened = false, sending = false

  const waiting = (list) => {
    try {
      if (list) list.length ? localStorage.setItem(kept, JSON.stringify(list.slice(-300))) : localStorage.removeItem(kept)
      return JSON.parse(localStorage.getItem(kept)) ?? []
    } catch {
      return list ?? []
    }
  }
  let unkept = []
  const put = (message) => {
    const list = [...waiting(), message]
    if (waiting(list).at(-1)?.body.id !== message.body.id) unkept.push(message)
  }
  const done = (gone) => {
    waiting(waiting().filter((one) => one.body.id !== gone.body.id))
    unkept = unkept.filter((one) => one.body.id !== gone.body.id)
  }
  const say = (name, words) => {
    const line = place.querySelector(`p.${name}`)
    if (line && line.textContent !== words) line.textContent = words
    if (line && name === "closed") line.hidden = !words
  }
  const send = async () => {
    if (sending) return
    sending = true
    try {
      for (let next; (next = [...waiting(), ...unkept][0]); ) {
        const answer = await fetch(next.to, {
          method: "POST", keepalive: true, body: JSON.stringify(next.body),
          headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        })
        // Signed out, or a server that is ill: later. What makes no sense to it never will.
        if (!answer.ok && ![404, 413, 422].includes(answer.status)) break
        done(next)
        if (answer.ok && next.to === plays) for (const [name, words] of Object.entries(await answer.json())) say(name, words)
      }
    } catch {}
    sending = false
  }
  const close = () => {
    if (from !== null && last > from) segments.push([round(from), round(last), rate])
    from = null
  }
  const tell = (force) => {
    const playing = from !== null
    close()
    if (playing && !media.paused && !media.seeking) from = last
    if (!segments.length && !force) return
    told = performance.now()
    put({ to: plays, body: { id: id(), session, happened: new Date().toISOString(), position: round(media.currentTime), segments: segments.splice(0, 400) } })
    send()
  }

  const start = () => {
    if (media.seeking) return
    rate = Math.min(4, Math.max(0.25, media.playbackRate))
    from = last = media.currentTime
  }
  media.addEventListener("play", () => {
    // Before the first byte arrives, so that the time that is counted begins early enough.
    if (!opened) (opened = true), tell(true)
  })
  media.addEventListener("playing", () => from ?? start())
  media.addEventListener("timeupdate", () => {
    if (from === null) return media.paused || media.seeking ? undefined : start()
    // A leap is no playing: it is a seek whose event comes later.
    const now = media.currentTime
    if (media.seeking || now < last || now - last > 2 + 2 * rate) return
    last = now
    if (performance.now() - told > every * 1000) tell()
  })
  media.addEventListener("seeking", () => (close(), tell()))
  media.addEventListener("seeked", () => media.paused || start())
  media.addEventListener("pause", () => (media.seeking || (from !== null && media.currentTime - last < 2 && (last = Math.max(last, media.currentTime))), tell()))
  media.addEventListener("ended", () => tell())
  media.addEventListener("ratechange", () => (tell(), media.paused || start()))
  media.addEventListener("waiting", () => close())
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell())
  addEventListener("pagehide", () => tell())
  addEventListener("online", send)
  send()

  // Who comes without a time in the address goes on where they stopped.
  const at = +place.dataset.at
  if (at >= 1 && !new URLSearchParams(location.search).has("t"))
    media.addEventListener("play", () => media.currentTime < 1 && (media.currentTime = at), { once: true })
  const note = document.querySelector(".keep[data-page]")
  note?.addEventListener("click", () => {
    media.pause()
    note.href = `/notes/new?at=${encodeURIComponent(`${note.dataset.page}?t=${Math.floor(media.currentTime || at)}`)}`
  })
}
