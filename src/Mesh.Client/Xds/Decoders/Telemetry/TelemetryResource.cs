using Mesh.Client.Model.Telemetry;

namespace Mesh.Client.Xds.Decoders.Telemetry;

/// <summary>A decoded telemetry resource.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Telemetry">What it says.</param>
internal sealed record TelemetryResource(string Name, WorkloadTelemetry Telemetry);
