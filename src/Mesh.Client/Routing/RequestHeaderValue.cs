using System.Net.Http.Headers;

namespace Mesh.Client.Routing;

/// <summary>Reads a request header for a match without parsing or changing it.</summary>
internal static class RequestHeaderValue
{
    private const string BinarySuffix = "-bin";

    /// <summary>The value; several are joined by a comma (Envoy). Null when the header is not there.</summary>
    public static string? Find(in RequestView request, string name) =>
        name[0] == ':' ? FindPseudo(request, name) : FindPlain(request.Message, name);

    private static string? FindPseudo(in RequestView request, string name) => name switch
    {
        ":method" => request.Message.Method.Method,
        ":path" => request.PathAndQuery,
        ":scheme" => request.Message.RequestUri!.Scheme,
        ":authority" => FindAuthority(request.Message),
        _ => null,
    };

    private static string FindAuthority(HttpRequestMessage message) => message.Headers.Host ?? message.RequestUri!.Authority;

    private static string? FindPlain(HttpRequestMessage message, string name)
    {
        // Binary metadata of gRPC is base64 of arbitrary bytes: it never matches (gRFC A28).
        if (name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase) && IsGrpc(message))
        {
            return null;
        }

        if (message.Headers.NonValidated.TryGetValues(name, out var values)
            || message.Content?.Headers.NonValidated.TryGetValues(name, out values) == true)
        {
            return Join(values);
        }

        return name.Equals("host", StringComparison.OrdinalIgnoreCase) ? FindAuthority(message) : null;
    }

    private static string Join(HeaderStringValues values) =>
        values.Count == 1 ? values.ToString() : string.Join(',', values);

    private static bool IsGrpc(HttpRequestMessage message) =>
        message.Content?.Headers.NonValidated.TryGetValues("Content-Type", out var type) == true
        && type.ToString().StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);
}
