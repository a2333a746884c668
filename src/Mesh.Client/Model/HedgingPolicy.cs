namespace Mesh.Client.Model;

/// <summary>Lets another attempt run beside one that is slow; the first answer counts.</summary>
/// <param name="Delay">How long an attempt is waited for alone; null means its attempt timeout (Envoy's <c>hedge_on_per_try_timeout</c>).</param>
/// <param name="MaxAttempts">Attempts of the call, the first included; at least 2.</param>
internal sealed record HedgingPolicy(TimeSpan? Delay, int MaxAttempts);
