using Mesh.Config;
using Mesh.ControlPlane.Api.Objects.Rendering;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>What a table shall show.</summary>
/// <param name="Kind">Of all its rows.</param>
/// <param name="Version">Of the objects in its rows.</param>
/// <param name="Form">What the caller negotiated.</param>
/// <param name="Now">Ages count to here.</param>
/// <param name="WithColumns">False for all tables of a watch but the first.</param>
internal sealed record TableRequest(ResourceKind Kind, string Version, Negotiation Form, DateTimeOffset Now, bool WithColumns);
