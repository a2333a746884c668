using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>One destination of a VirtualService and where it stands.</summary>
/// <param name="Value">Empty when none is written.</param>
/// <param name="Path">Of its <c>destination</c>, or of its <c>mirror</c>.</param>
internal readonly record struct RouteTarget(Destination Value, string Path);
