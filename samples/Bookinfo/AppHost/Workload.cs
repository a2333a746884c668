using System.Globalization;
using System.Security.Cryptography;
using Bookinfo.AppHost.Processes;

namespace Bookinfo.AppHost;

/// <summary>One process of a Bookinfo service.</summary>
/// <param name="Service">The service it belongs to.</param>
/// <param name="Version">Its version label.</param>
/// <param name="Assembly">Name of its program.</param>
/// <param name="Environment">What makes it this version.</param>
internal sealed record Workload(string Service, string Version, string Assembly, params (string Name, string Value)[] Environment)
{
    /// <summary>The namespace of all of them.</summary>
    public const string Namespace = "default";

    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    public string Name => $"{Service}-{Version}";

    /// <summary>The name of this run of it, as a Kubernetes pod would have.</summary>
    public string Pod { get; } = $"{Service}-{Version}-{RandomNumberGenerator.GetString(NameAlphabet, 5)}";

    /// <summary>Where Prometheus finds its metrics; told before it listens.</summary>
    public string? Metrics { get; private set; }

    /// <summary>Who it is in the mesh, as upstream names it.</summary>
    public string ServiceAccount { get; private init; } = $"bookinfo-{Service}";

    /// <summary>The workloads of the sample, in the order of their start: what is called before what calls.</summary>
    public static IReadOnlyList<Workload> All() =>
    [
        new("ratings", "v1", "Bookinfo.Ratings"),
        new("details", "v1", "Bookinfo.Details"),
        new("reviews", "v1", "Bookinfo.Reviews", ("ENABLE_RATINGS", "false")),
        new("reviews", "v2", "Bookinfo.Reviews", ("ENABLE_RATINGS", "true"), ("STAR_COLOR", "black")),
        new("reviews", "v3", "Bookinfo.Reviews", ("ENABLE_RATINGS", "true"), ("STAR_COLOR", "red")),
        new("productpage", "v1", "Bookinfo.ProductPage"),
    ];

    /// <summary>The ingress gateway, with the label by which Istio's own resources choose it.</summary>
    public static Workload Gateway() => new("istio-ingressgateway", "v1", "Bookinfo.Gateway", ("Mesh__Labels__istio", "ingressgateway"))
    {
        ServiceAccount = "istio-ingressgateway-service-account",
    };

    /// <summary>The program to start; <paramref name="port"/> 0 takes any free one, <paramref name="tokenFile"/> holds what proves its identity.</summary>
    public ChildProgram ToProgram(int port, string controlPlane, string tokenFile, Uri? otlp) => new(
        Name,
        BuiltPrograms.Find(Assembly),
        [port.ToString(CultureInfo.InvariantCulture), "--exit-with-parent"],
        new Dictionary<string, string>(Environment.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)).Concat(OtlpSettings(otlp)))
        {
            ["HOSTNAME"] = Pod,
            ["SERVICE_VERSION"] = Version,
            ["Mesh__ControlPlane"] = controlPlane,
            ["Mesh__Service"] = Service,
            ["Mesh__Namespace"] = Namespace,
            ["Mesh__ServiceAccount"] = ServiceAccount,
            ["Mesh__Identity__TokenFile"] = tokenFile,
            ["Mesh__Labels__app"] = Service,
            ["Mesh__Labels__version"] = Version,

            // A port of its own: the others take nothing but mutual TLS of the mesh, and Prometheus has no certificate of it.
            ["Mesh__Telemetry__MetricsAddress"] = "http://127.0.0.1:0",

            // Six small services on one machine: one heap each is plenty.
            ["DOTNET_gcServer"] = "0",
        },
        ReadListeningLine);

    // OpenTelemetry's own variables: the specification of its exporters.
    private static IEnumerable<KeyValuePair<string, string>> OtlpSettings(Uri? otlp) => otlp is null
        ? []
        :
        [
            new("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.ToString()),
            new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            new("OTEL_BSP_SCHEDULE_DELAY", "500"),
            new("OTEL_BLRP_SCHEDULE_DELAY", "500"),
            new("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
        ];

    /// <summary>Reads the line that every ASP.NET Core server writes when it listens, and before it that of the metrics.</summary>
    private string? ReadListeningLine(string line)
    {
        Metrics ??= After(line, "Metrics for Prometheus are served at ");

        // Kestrel's name for all ports of a gateway is no address.
        return After(line, "Now listening on: ") is { } address && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host != "mesh-gateway" ? address : null;
    }

    private static string? After(string line, string announcement)
    {
        var at = line.IndexOf(announcement, StringComparison.Ordinal);
        return at < 0 ? null : line[(at + announcement.Length)..].Trim();
    }
}
