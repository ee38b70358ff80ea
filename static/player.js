// Jumps in place from transcript and chapters, marks the line being said, draws captions for sound, sets the speed.
const media = document.querySelector(".player video, .player audio")
if (media) {
  const lines = [...document.querySelectorAll(".transcript a[data-t]")]
  const chapters = [...document.querySelectorAll(".chapters a[data-t]")]
  const caption = document.querySelector(".caption")
  const start = (link) => +link.dataset.t
  let now, chapter

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-t]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    media.currentTime = start(link)
    media.play().catch(() => {})
    if (!link.closest(".transcript")) media.scrollIntoView({ block: "nearest" })
  })

  const at = (links) => {
    let low = 0, high = links.length
    while (low < high) {
      const middle = (low + high) >> 1
      start(links[middle]) <= media.currentTime + 0.05 ? (low = middle + 1) : (high = middle)
    }
    return links[low - 1]
  }
  const follow = () => {
    const line = at(lines), part = at(chapters)
    if (line !== now) {
      now?.classList.remove("now")
      now?.removeAttribute("aria-current")
      now = line
      now?.classList.add("now")
      now?.setAttribute("aria-current", "true")
      if (caption) caption.textContent = now?.textContent ?? ""
    }
    if (part !== chapter) {
      chapter?.parentElement.removeAttribute("aria-current")
      chapter = part
      chapter?.parentElement.setAttribute("aria-current", "true")
    }
  }
  media.addEventListener("timeupdate", follow)
  media.addEventListener("seeked", follow)
  media.addEventListener("play", () => caption && (caption.hidden = false), { once: true })

  const speeds = document.querySelector(".speeds")
  speeds.hidden = false
  for (const rate of [0.75, 1, 1.25, 1.5, 2]) {
    const button = document.createElement("button")
    button.textContent = `${rate.toLocaleString(document.documentElement.lang)}×`
    button.setAttribute("aria-pressed", rate === 1)
    button.onclick = () => {
      media.playbackRate = media.defaultPlaybackRate = rate
      for (const one of speeds.querySelectorAll("button")) one.setAttribute("aria-pressed", one === button)
    }
    speeds.append(button)
  }
}
