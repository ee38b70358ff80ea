// Compares a PDF with the fingerprint of the one that was issued, on this device alone.
const drop = document.getElementById("_drop"), field = document.getElementById("_pdf"), said = document.getElementById("_outcome")
// Browsers reckon fingerprints on safe connections alone.
if (drop && globalThis.crypto?.subtle) {
  drop.hidden = false
  let turn = 0
  const compare = async (file) => {
    const mine = ++turn, words = drop.dataset
    const say = (what, kind) => {
      if (mine !== turn) return
      said.textContent = what
      said.className = `outcome ${kind}`
    }
    say(words.reading, "reading")
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer())
      const print = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
      const same = print === words.fingerprint
      say(same ? words.same : words.other, same ? "same" : "other")
    } catch {
      say(words.unread, "other")
    }
  }
  field.addEventListener("change", () => field.files[0] && compare(field.files[0]))
  // Wherever on the page it falls: a browser would open it otherwise, and the page be gone.
  const carries = (event) => [...(event.dataTransfer?.types || [])].includes("Files")
  addEventListener("dragover", (event) => {
    if (!carries(event)) return
    event.preventDefault()
    drop.classList.add("over")
  })
  addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"))
  addEventListener("drop", (event) => {
    if (!carries(event)) return
    event.preventDefault()
    drop.classList.remove("over")
    if (event.dataTransfer.files[0]) {
      field.value = ""
      compare(event.dataTransfer.files[0])
      drop.scrollIntoView({ block: "nearest" })
    }
  })
}
