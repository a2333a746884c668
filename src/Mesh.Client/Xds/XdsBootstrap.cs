using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Client.Identity;
using Mesh.Client.Identity.Servers;
using Mesh.Client.Model;

namespace Mesh.Client.Xds;

/// <summary>Where the control plane is and who this process is; from options, or from gRPC's bootstrap file (gRFC A27).</summary>
internal sealed record XdsBootstrap(ImmutableArray<XdsServer> Servers, XdsNode Node)
{
    /// <summary>The instances that TLS settings of resources may refer to (gRFC A29).</summary>
    public ImmutableHashSet<string> CertificateProviders { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Those of them that are files of this machine (plugin <c>file_watcher</c>).</summary>
    public ImmutableDictionary<string, CertificateFiles> CertificateFiles { get; init; } = ImmutableDictionary<string, CertificateFiles>.Empty;

    /// <summary>A further server is only asked while something is wanted that nothing is known of (gRFC A71); otherwise always, so that changes go on arriving (gRFC A95).</summary>
    public bool FallsBackOnlyWhenUncached { get; init; }

    /// <summary>Whether the roots of the mesh are followed (SDS <c>ROOTCA</c>): when this process has its certificate from the control plane.</summary>
    public bool FollowsTrust { get; init; }

    /// <summary>The resource that says what this process tells of its traffic; null where the control plane has none.</summary>
    public string? TelemetryName { get; init; }

    /// <summary>The listener name of an authority; <c>%s</c> stands for <c>host:port</c>.</summary>
    public string ListenerNameTemplate { get; init; } = "%s";

    /// <summary>The listener name of one of this process's own ports, <c>%s</c> stands for <c>address:port</c> (gRFC A36); null when the control plane has none for servers.</summary>
    public string? ServerListenerNameTemplate { get; init; }

    /// <summary>The LDS name to ask for, for a port of this process; null when there is none.</summary>
    public string? ServerListenerName(string address, int port) =>
        ServerListenerNameTemplate?.Replace("%s", new Authority(address.Contains(':') && address[0] != '[' ? $"[{address}]" : address, port).ToString(), StringComparison.Ordinal);

    /// <summary>The LDS name to ask for.</summary>
    public string ListenerName(Authority authority) =>
        ListenerNameTemplate.Replace("%s", authority.ToString(), StringComparison.Ordinal);

    /// <summary>Reads the JSON of <c>GRPC_XDS_BOOTSTRAP</c> or <c>GRPC_XDS_BOOTSTRAP_CONFIG</c>.</summary>
    /// <exception cref="FormatException">It is not a bootstrap, or names no server this client can talk to.</exception>
    public static XdsBootstrap Parse(string json)
    {
        try
        {
            var root = JsonNode.Parse(json)?.AsObject() ?? throw new FormatException("The xDS bootstrap is empty.");
            var servers = root["xds_servers"]?.AsArray() ?? throw new FormatException("The xDS bootstrap has no xds_servers.");
            return new XdsBootstrap([.. servers.Select(ParseServer)], ParseNode(root["node"]))
            {
                CertificateProviders = [.. root["certificate_providers"]?.AsObject().Select(provider => provider.Key) ?? []],
                FallsBackOnlyWhenUncached = true,
                CertificateFiles = ParseCertificateFiles(root["certificate_providers"]?.AsObject()),
                ServerListenerNameTemplate = Text(root["server_listener_resource_name_template"]) is { Length: > 0 } server ? server : null,
                ListenerNameTemplate = Text(root["client_default_listener_resource_name_template"]) is { Length: > 0 } template ? template : "%s",
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The xDS bootstrap is not as expected (gRFC A27): {exception.Message}", exception);
        }
    }

    private static XdsServer ParseServer(JsonNode? server)
    {
        var target = Text(server?["server_uri"]);
        var offered = server?["channel_creds"]?.AsArray().ToArray() ?? [];

        // The first kind that is supported counts (gRFC A27).
        var chosen = offered.FirstOrDefault(credentials => SchemeOf(Text(credentials?["type"])) is not null)
            ?? throw new FormatException(
                $"xds_servers: '{target}' offers channel_creds [{string.Join(", ", offered.Select(credentials => Text(credentials?["type"])))}]; this client supports insecure and tls.");
        var authority = target.StartsWith("dns:", StringComparison.Ordinal) ? target[4..].TrimStart('/') : target;
        return Uri.TryCreate($"{SchemeOf(Text(chosen["type"]))}://{authority}", UriKind.Absolute, out var address) && address.Host.Length > 0
            ? new XdsServer(address)
            {
                Files = address.Scheme == Uri.UriSchemeHttps ? ParseServerFiles(target, chosen["config"]) : null,
                Features = XdsServerFeatures.Parse(server?["server_features"]?.AsArray().Select(Text) ?? []),
            }
            : throw new FormatException($"xds_servers: expected server_uri as host:port or dns:///host:port, got '{target}'.");
    }

    /// <summary>gRFC A65; without a configuration the server is verified by the roots of the operating system.</summary>
    private static ServerFiles ParseServerFiles(string target, JsonNode? config)
    {
        var files = new ServerFiles(Set(config?["ca_certificate_file"]), Set(config?["certificate_file"]), Set(config?["private_key_file"]));
        return files.Certificate is null == files.PrivateKey is null
            ? files
            : throw new FormatException($"xds_servers: '{target}': expected certificate_file and private_key_file both or neither (gRFC A65).");
    }

    private static string? SchemeOf(string kind) => kind switch
    {
        "insecure" => Uri.UriSchemeHttp,
        "tls" => Uri.UriSchemeHttps,
        _ => null,
    };

    private static XdsNode ParseNode(JsonNode? node) => new(Text(node?["id"]))
    {
        Cluster = Text(node?["cluster"]),
        Locality = new Locality(Text(node?["locality"]?["region"]), Text(node?["locality"]?["zone"]), Text(node?["locality"]?["sub_zone"])),
        Metadata = node?["metadata"]?.DeepClone().AsObject() ?? [],
    };

    private static ImmutableDictionary<string, CertificateFiles> ParseCertificateFiles(JsonObject? providers)
    {
        var files = ImmutableDictionary.CreateBuilder<string, CertificateFiles>(StringComparer.Ordinal);
        foreach (var (name, provider) in providers ?? [])
        {
            if (Text(provider?["plugin_name"]) == "file_watcher")
            {
                var config = provider!["config"];
                files[name] = new CertificateFiles(Set(config?["certificate_file"]), Set(config?["private_key_file"]), Set(config?["ca_certificate_file"]))
                {
                    TrustBundleMap = Set(config?["spiffe_trust_bundle_map_file"]),
                };
            }
        }

        return files.ToImmutable();
    }

    private static string? Set(JsonNode? node) => Text(node) is { Length: > 0 } text ? text : null;

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
