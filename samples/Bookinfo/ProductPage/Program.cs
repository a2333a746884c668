using Bookinfo.ProductPage;

await ProductPageService.Build(args).RunAsync();
