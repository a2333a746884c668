using Mesh.ControlPlane.Graph;
using Mesh.Protocol.Extensions.Tap;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>One request, and the process that told of it.</summary>
internal sealed record TappedRequest(GraphNode Teller, TapEvent Exchange);
