"""Pictures composed on the device, with all that is in them known: photos, and things cut from others pasted onto them."""
