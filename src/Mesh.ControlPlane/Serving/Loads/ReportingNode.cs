using Mesh.ControlPlane.Graph;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Who reports on a stream.</summary>
/// <param name="Id">Of its node.</param>
/// <param name="Name">In the graph.</param>
/// <param name="Source">What is remembered of it.</param>
/// <param name="Key">The same at every control plane.</param>
internal sealed record ReportingNode(string Id, GraphNode Name, ReportSource Source, string Key);
