namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on the route template of the endpoint that the router chose; no spelling of a path gets around it.</summary>
internal sealed record EndpointRouteCondition(StringMatch Template) : RbacCondition;
