using System.Diagnostics;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Server.Tracing;

/// <summary>Lets ASP.NET Core's own server span go on from callers that speak B3 and not W3C.</summary>
internal sealed class MeshTracePropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => inner.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => inner.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        if (string.IsNullOrEmpty(traceId) && getter is not null && TraceHeaders.TryRead(Find, out var context))
        {
            traceId = TraceHeaders.FormatParent(context);
        }

        string? Find(string name)
        {
            getter(carrier, name, out var value, out var values);
            return value ?? values?.FirstOrDefault();
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => inner.ExtractBaggage(carrier, getter);
}
