// An open tab follows each publish of the folder.
let seen
setInterval(async () => {
  try {
    const { release } = await (await fetch("/preview/release")).json()
    if (seen !== undefined && release !== seen) location.reload()
    seen = release
  } catch {}
}, 400)
