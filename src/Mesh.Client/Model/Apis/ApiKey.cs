namespace Mesh.Client.Model.Apis;

/// <summary>A key of a consumer, of which only the digest is known.</summary>
/// <param name="Consumer">Whose it is.</param>
/// <param name="Name">In logs.</param>
/// <param name="NotAfter">It is good until then; null for ever.</param>
internal sealed record ApiKey(ApiConsumer Consumer, string Name, DateTimeOffset? NotAfter);
