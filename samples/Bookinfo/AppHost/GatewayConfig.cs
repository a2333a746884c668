namespace Bookinfo.AppHost;

/// <summary>Looks whether a folder of resources has a Gateway, which opens the ports of the ingress gateway.</summary>
internal static class GatewayConfig
{
    private const string Kind = "kind: Gateway";

    public static bool Exists(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension is ".yaml" or ".yml")
            .SelectMany(file => File.ReadLines(file.FullName))
            .Any(line => line.TrimEnd() == Kind);
}
