using Bookinfo.Reviews;

await ReviewsService.Build(args).RunAsync();
