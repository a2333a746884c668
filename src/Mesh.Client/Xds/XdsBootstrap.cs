using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Client.Identity;
using Mesh.Client.Model;

namespace Mesh.Client.Xds;

/// <summary>Where the control plane is and who this process is; from options, or from gRPC's bootstrap file (gRFC A27).</summary>
internal sealed record XdsBootstrap(ImmutableArray<XdsServer> Servers, XdsNode Node)
{
    /// <summary>The instances that TLS settings of resources may refer to (gRFC A29).</summary>
    public ImmutableHashSet<string> CertificateProviders { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Those of them that are files of this machine (plugin <c>file_watcher</c>).</summary>
    public ImmutableDictionary<string, CertificateFiles> CertificateFiles { get; init; } = ImmutableDictionary<string, CertificateFiles>.Empty;

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
        var kinds = server?["channel_creds"]?.AsArray().Select(credentials => Text(credentials?["type"])).ToArray() ?? [];

        // The first kind that is supported counts (gRFC A27).
        var scheme = kinds.Select(SchemeOf).FirstOrDefault(found => found is not null)
            ?? throw new FormatException(
                $"xds_servers: '{target}' offers channel_creds [{string.Join(", ", kinds)}]; this client supports insecure and tls.");
        var authority = target.StartsWith("dns:", StringComparison.Ordinal) ? target[4..].TrimStart('/') : target;
        return Uri.TryCreate($"{scheme}://{authority}", UriKind.Absolute, out var address) && address.Host.Length > 0
            ? new XdsServer(address)
            : throw new FormatException($"xds_servers: expected server_uri as host:port or dns:///host:port, got '{target}'.");
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
                files[name] = new CertificateFiles(Set(config?["certificate_file"]), Set(config?["private_key_file"]), Set(config?["ca_certificate_file"]));
            }
        }

        return files.ToImmutable();
    }

    private static string? Set(JsonNode? node) => Text(node) is { Length: > 0 } text ? text : null;

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
