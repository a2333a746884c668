using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>What a pick may depend on besides the endpoints.</summary>
/// <param name="Hash">The request's hash, for consistent hashing; null when no hash policy of its route applied.</param>
/// <param name="Previous">The endpoints of the attempts before; null for a first attempt, and where trying one again does no harm.</param>
/// <param name="OverrideHost">The address (<c>ip:port</c>) that a session belongs to, or several with commas between them; taken whatever the algorithm says, if it may take requests (gRFC A55, A61).</param>
/// <param name="RequiresOverrideHost">Whether a first attempt goes there or nowhere (Envoy's strict sessions; its retries go anywhere).</param>
/// <param name="AvoidPreviousPriorities">Whether a priority that an attempt before was sent to is to be left out (Envoy's previous_priorities).</param>
/// <param name="Original">The address that the request itself names, for a cluster that passes requests through.</param>
/// <param name="Lane">The lane that the request asks for, where endpoints are of lanes; null for the baseline.</param>
internal readonly record struct PickContext(
    ulong? Hash = null,
    PreviousAttempts? Previous = null,
    string? OverrideHost = null,
    bool RequiresOverrideHost = false,
    bool AvoidPreviousPriorities = false,
    EndpointAddress? Original = null,
    string? Lane = null);
