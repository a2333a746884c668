namespace Mesh.Client.Model.Authorization;

/// <summary>How much of the body an external authorizer gets.</summary>
/// <param name="MaxBytes">The most that is held in memory and sent.</param>
/// <param name="AllowsPartial">A longer body is cut; otherwise its request is refused with 413.</param>
/// <param name="AsBytes">Into <c>raw_body</c> instead of <c>body</c>.</param>
internal sealed record CheckedBody(int MaxBytes, bool AllowsPartial, bool AsBytes);
