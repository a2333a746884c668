using Bookinfo.Ratings;

await RatingsService.Build(args).RunAsync();
