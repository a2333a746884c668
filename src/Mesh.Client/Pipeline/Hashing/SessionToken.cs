using System.Text;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>The token that names the endpoint of a session: read from a cookie (gRFC A55) or header (Envoy) of a request, and given to a caller whose session begins or moves.</summary>
/// <remarks>Its value is base64 of <c>ip:port</c>, of several with commas between them where the endpoint has them (gRFC A61), and of <c>;cluster</c> behind it where a route has several (gRFC A60); Envoy's newer form is read, too.</remarks>
internal sealed class SessionToken(SessionPolicy policy, bool namesCluster)
{
    // Field 1 of Envoy's envoy.Cookie, with its length behind it: no address begins so.
    private const byte EnvoyAddressTag = 0x0A;
    private const int MaxLength = 1024;

    /// <summary>Null when the route's requests have no sessions.</summary>
    public static SessionToken? Compile(ForwardAction action) =>
        action.Session is { } session && (session.Cookie is not null || session.Header is not null) ? new SessionToken(session, action.Clusters.Length > 1) : null;

    /// <summary>Null when the request has no session.</summary>
    public CallAffinity? Read(HttpRequestMessage request)
    {
        if (!Covers(request.RequestUri!.AbsolutePath) || Find(request) is not { Length: > 0 and <= MaxLength } value)
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[MaxLength];
        if (!Convert.TryFromBase64String(value, buffer, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(AddressOf(buffer[..length]));
        var semicolon = text.IndexOf(';');
        return semicolon < 0
            ? new CallAffinity { Host = text, IsStrict = policy.IsStrict }
            : new CallAffinity { Host = text[..semicolon], IsStrict = policy.IsStrict, Cluster = text[(semicolon + 1)..] };
    }

    /// <summary>Tells the caller where its session is, when the request did not say the same.</summary>
    public void Answer(OutboundCall call, string address)
    {
        var cluster = namesCluster ? call.Cluster.Cluster.Name : null;
        var known = call.Affinity;
        if (!Covers(call.Request.RequestUri!.AbsolutePath) || (known?.Host == address && known.Cluster == cluster))
        {
            return;
        }

        call.Affinity ??= new CallAffinity();
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(cluster is null ? address : $"{address};{cluster}"));
        if (policy.Cookie is { } template)
        {
            call.Affinity.Cookies.Add(template, token);
        }
        else
        {
            call.Affinity.Header = (policy.Header!, token);
        }
    }

    private string? Find(HttpRequestMessage request) =>
        policy.Cookie is { } template ? RequestCookies.Find(request, template.Name)
        : request.Headers.NonValidated.TryGetValues(policy.Header!, out var values) && values.Count == 1 ? values.ToString()
        : null;

    private static ReadOnlySpan<byte> AddressOf(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] == EnvoyAddressTag && value[1] <= value.Length - 2 ? value.Slice(2, value[1]) : value;

    /// <summary>RFC 6265 5.1.4, as gRFC A55 has it; a header is for all of the route.</summary>
    private bool Covers(string path)
    {
        var own = policy.Cookie?.Path ?? "";
        return own.Length == 0
            || (path.StartsWith(own, StringComparison.Ordinal) && (own[^1] == '/' || path.Length == own.Length || path[own.Length] == '/'));
    }
}
