using System.Diagnostics;

namespace Mesh.Client.Propagation.Traces;

/// <summary>Tells activities that somebody listens to from those that ASP.NET Core makes for its logs alone.</summary>
/// <remarks>The latter are exported by nobody: calls that went on from them would hang on a span that does not exist. The caller's headers pass through unchanged then, as they do in a proxy.</remarks>
internal static class LiveActivity
{
    public static Activity? Current => Activity.Current is { } activity && activity.Source.Name.Length > 0 ? activity : null;
}
