using Bookinfo.Gateway;

await GatewayHost.Build(args).RunAsync();
