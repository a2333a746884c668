using System.Collections.Immutable;
using Mesh.Config.Istio.Networking;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>One server of a Gateway resource, as it is opened at one port of the workload.</summary>
/// <param name="Gateway">The resource.</param>
/// <param name="Server">As it stands there.</param>
/// <param name="Port">Where the workload listens: the port of the server, or what the workload's Service makes of it.</param>
/// <param name="Hosts">Each with its namespace: <c>ns/host</c>, <c>*/host</c> or <c>host</c>, which is any namespace's.</param>
internal sealed record GatewayServer(ConfigResource<Gateway> Gateway, Server Server, int Port, ImmutableArray<string> Hosts)
{
    /// <summary>As rules name it: <c>namespace/name</c>.</summary>
    public string GatewayName => $"{Gateway.Namespace}/{Gateway.Resource.Id.Name}";

    /// <summary>The port that callers see.</summary>
    public int CallersPort => (int)Server.Port.Number;

    public GatewayProtocol Protocol { get; } = GatewayProtocols.Parse(Server.Port.Protocol);

    /// <summary>Requests are read here, in plaintext or after TLS has ended here.</summary>
    public bool SpeaksHttp => Protocol is GatewayProtocol.Http || (Protocol is GatewayProtocol.Https && EndsTls);

    /// <summary>TLS on the wire, whoever ends it; a redirect to https alone is none.</summary>
    public bool IsTls => Server.Tls is not null && Protocol is not GatewayProtocol.Http;

    /// <summary>TLS ends at the gateway.</summary>
    public bool EndsTls => IsTls && Server.Tls.Mode is not (TlsMode.Passthrough or TlsMode.AutoPassthrough);

    /// <summary>The name of its routes; empty where no requests are read. Servers in plaintext share the routes of their port.</summary>
    public string RouteName => (SpeaksHttp, EndsTls) switch
    {
        (true, false) => $"http.{Port}{BindSuffix}",
        (true, true) => $"https.{CallersPort}.{Server.Port.Name}.{Gateway.Resource.Id.Name}.{Gateway.Namespace}{BindSuffix}",
        _ => "",
    };

    private string BindSuffix => Server.Bind.Length > 0 ? "." + Server.Bind : "";

    /// <summary>The names in TLS that are for this server, without namespaces; empty when any is.</summary>
    public ImmutableArray<string> ServerNames()
    {
        var names = Hosts.Select(host => host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..].ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        return names.Contains("*") ? [] : names;
    }
}
