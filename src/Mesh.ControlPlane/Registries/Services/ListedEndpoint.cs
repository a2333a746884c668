using System.Globalization;

namespace Mesh.ControlPlane.Registries.Services;

/// <summary>One value below <c>Services:NAME</c>: a URI or <c>host:port</c>.</summary>
/// <param name="PortName">The key that it stands under: a scheme, or the name of an endpoint.</param>
/// <param name="Scheme">As the value says it, else its key when that is one; empty when unknown.</param>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Its own, else that of its scheme.</param>
internal readonly record struct ListedEndpoint(string PortName, string Scheme, string Host, int Port)
{
    private const string DefaultName = "http";

    /// <param name="key">Under which it stands; empty for none.</param>
    /// <param name="value">As it is written.</param>
    /// <param name="reason">Why it is not read; empty when it is.</param>
    public static ListedEndpoint? Parse(string key, string value, out string reason)
    {
        reason = "";
        var hasScheme = value.Contains("://", StringComparison.Ordinal);
        var assumed = SchemePort(key) is null ? DefaultName : key;
        if (!Uri.TryCreate(hasScheme ? value : $"{assumed}://{value}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            reason = $"expected a URI or host:port, got '{value}'";
            return null;
        }

        var scheme = uri.Scheme.ToLowerInvariant();
        var port = uri.Port > 0 ? uri.Port : SchemePort(scheme) ?? 0;
        if (port == 0)
        {
            reason = $"'{value}' has no port, and none is known for the scheme {scheme}";
            return null;
        }

        return new ListedEndpoint(key.Length > 0 ? key.ToLowerInvariant() : scheme, scheme, uri.IdnHost.Trim('[', ']'), port);
    }

    /// <summary>The port that a scheme stands for; null for a name that is no scheme.</summary>
    public static int? SchemePort(string scheme) => scheme.ToLowerInvariant() switch
    {
        "http" or "ws" or "grpc" => 80,
        "https" or "wss" => 443,
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}");
}
