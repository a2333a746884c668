using System.Net.Http.Headers;

namespace Mesh.Client.Pipeline.Redirects;

/// <summary>Headers that a request speaks to the mesh with, or that say who it is there: nothing that another host has to see.</summary>
internal static class InternalHeaders
{
    private static readonly string[] Prefixes = ["x-envoy-", "x-mesh-", "x-istio-"];
    private const string ForwardedClientCertificate = "x-forwarded-client-cert";

    public static void Remove(HttpRequestHeaders headers)
    {
        List<string>? found = null;
        foreach (var (name, _) in headers.NonValidated)
        {
            if (Is(name))
            {
                (found ??= []).Add(name);
            }
        }

        found?.ForEach(name => headers.Remove(name));
    }

    private static bool Is(string name) =>
        name.Equals(ForwardedClientCertificate, StringComparison.OrdinalIgnoreCase)
        || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
