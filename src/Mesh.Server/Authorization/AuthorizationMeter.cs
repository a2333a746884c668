using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;

namespace Mesh.Server.Authorization;

/// <summary>Counts decisions by policy; costs a comparison while nobody listens.</summary>
internal sealed class AuthorizationMeter(IMeterFactory? meters)
{
    private readonly Counter<long>? _decisions = meters?.Create(MeshTelemetry.MeterName).CreateCounter<long>(
        "mesh.authorization.decisions", "{request}", "Requests by what the policies of this process decided about them.");

    /// <param name="decision"><c>allowed</c>, <c>denied</c>, <c>audited</c>, <c>would_deny</c>, <c>would_allow</c>, <c>would_ask</c>, <c>ended</c> or <c>failed</c>.</param>
    /// <param name="policy">The policy that decided; empty when none matched. Names come from the control plane, so that they are bounded.</param>
    public void Count(string decision, string policy)
    {
        if (_decisions is { Enabled: true })
        {
            _decisions.Add(1, new("decision", decision), new KeyValuePair<string, object?>("policy", policy));
        }
    }
}
