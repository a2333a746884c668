using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bookinfo.AppHost;

/// <summary>Every address and process of a run that is ready.</summary>
/// <param name="Page">The product page.</param>
/// <param name="ProcessId">Of this program.</param>
/// <param name="Config">Where people change resources.</param>
/// <param name="Writes">Where the API changes them: there, or a copy that goes with the run.</param>
/// <param name="ControlPlane">Its addresses.</param>
/// <param name="Workloads">In the order of their start.</param>
/// <param name="Gateway">The way in from outside.</param>
internal sealed record RunReport(
    string Page, int ProcessId, string Config, string Writes, RunReport.ControlPlaneEntry ControlPlane, IReadOnlyList<RunReport.WorkloadEntry> Workloads, RunReport.GatewayEntry Gateway)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public string ToText() => $"""

        Bookinfo is ready.
          page            {Gateway.Page ?? Page}{(Gateway.Page is null ? "" : $" through the ingress gateway, {Page} without it")}
          control plane   {ControlPlane.Http} (xDS {ControlPlane.Xds}, TLS {ControlPlane.SecureAddress})
          configuration   {Config}
                          change a file there, for example copy one of samples/Bookinfo/scenarios, and reload the page
          kubectl         kubectl --server {ControlPlane.Http} apply -f …, which writes to {Writes}
        Ctrl-C stops everything.

        """;

    internal sealed record ControlPlaneEntry(int ProcessId, string Xds, string SecureAddress, string Http);

    /// <param name="Name">Of the process.</param>
    /// <param name="ProcessId">Its process.</param>
    /// <param name="Address">Where it listens; null when no Gateway resource of the configuration opens its port.</param>
    /// <param name="Page">The product page through it.</param>
    internal sealed record GatewayEntry(string Name, int ProcessId, string? Address, string? Page);

    internal sealed record WorkloadEntry(string Name, string Service, string Version, string Pod, int ProcessId, string Address, string? Metrics);
}
