using Mesh.Client.Model.Telemetry;
using Mesh.Client.Xds.Decoders.Telemetry;

namespace Mesh.Client.Xds.Resources;

/// <summary>Follows what the control plane wants to be told of the traffic; a control plane that says nothing wants the defaults.</summary>
internal sealed class TelemetryAssembler(ResourceTables tables)
{
    private TelemetryResource? _seen;

    public WorkloadTelemetry Current => _seen?.Telemetry ?? WorkloadTelemetry.Default;

    /// <summary>Whether <see cref="Current"/> changed.</summary>
    /// <param name="name">The resource; null for none.</param>
    public bool Update(string? name)
    {
        tables.Telemetry.Need(name is null ? [] : [name]);
        var known = name is null ? null : tables.Telemetry.Find(name)?.Value;
        if (ReferenceEquals(known, _seen))
        {
            return false;
        }

        _seen = known;
        return true;
    }
}
