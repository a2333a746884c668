using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Expressions;

namespace Mesh.Client.AccessLogs;

/// <summary>A filter in CEL over Envoy's attributes (Telemetry <c>accessLogging.filter</c>); what cannot be evaluated is not logged (Envoy).</summary>
internal sealed class CelLogFilter(CelExpression expression) : ILogFilter
{
    /// <summary>Null with the reason when it is no expression.</summary>
    public static CelLogFilter? Compile(string source, out string reason)
    {
        var parsed = CelExpression.TryParse(source, out var error);
        reason = error ?? "";
        return parsed is null ? null : new CelLogFilter(parsed);
    }

    public bool Wants<TValues>(in TValues values)
        where TValues : struct, ILogValues => expression.Holds(new LogAttributes<TValues>(values));
}
