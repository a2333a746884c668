using Mesh.Client.Model.Telemetry;
using Mesh.Client.Xds.Decoders.Telemetry;
using Mesh.Client.Xds.Resources;

namespace Mesh.Client.Xds;

/// <summary>Follows what the control plane wants to be told of the traffic; a control plane that says nothing wants the defaults.</summary>
internal sealed class TelemetryAssembler(ResourceTables tables)
{
    private TelemetryResource? _seen;

    public WorkloadTelemetry Current => _seen?.Telemetry ?? WorkloadTelemetry.Default;

    /// <summary>Asks for it, if the server can be asked: others than those of the mesh do not know the type. What an earlier process left holds in any case.</summary>
    /// <param name="name">The resource; null for none.</param>
    /// <param name="isKnown">Whether a server of the mesh has been met.</param>
    public void Need(string? name, bool isKnown)
    {
        tables.Telemetry.IsWithheld = !isKnown;
        tables.Telemetry.Need(name is null ? [] : [name]);
    }

    /// <param name="name">The resource; null for none.</param>
    /// <param name="changed">Told when <see cref="Current"/> has changed.</param>
    public void Update(string? name, Action<WorkloadTelemetry>? changed)
    {
        var known = name is null ? null : tables.Telemetry.Find(name)?.Value;
        if (!ReferenceEquals(known, _seen))
        {
            _seen = known;
            changed?.Invoke(Current);
        }
    }
}
