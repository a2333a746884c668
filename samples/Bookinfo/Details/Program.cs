using Bookinfo.Details;

await DetailsService.Build(args).RunAsync();
