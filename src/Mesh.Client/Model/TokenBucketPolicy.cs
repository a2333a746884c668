namespace Mesh.Client.Model;

/// <summary>Envoy's token bucket: each request takes a token, each interval adds some, up to the most that it holds.</summary>
internal sealed record TokenBucketPolicy(uint MaxTokens, uint TokensPerFill, TimeSpan FillInterval);
