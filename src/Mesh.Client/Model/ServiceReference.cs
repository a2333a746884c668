namespace Mesh.Client.Model;

/// <summary>The service that a cluster serves, as the control plane names it (cluster metadata <c>istio.services</c>).</summary>
/// <param name="Host">Such as <c>reviews.default.svc.cluster.local</c>.</param>
/// <param name="Name">Such as <c>reviews</c>.</param>
/// <param name="Namespace">Where it is.</param>
internal sealed record ServiceReference(string Host, string Name, string Namespace);
