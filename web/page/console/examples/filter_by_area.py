# Filter by area: delete the objects of the open picture that are smaller than this.
smallest = 500  # pixels

small = [one for one in document.objects if one.area < smallest and not one.locked]
document.remove(*small)
print(f"{len(small)} deleted, {len(document.objects)} left")
