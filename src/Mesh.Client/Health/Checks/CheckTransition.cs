namespace Mesh.Client.Health.Checks;

/// <summary>What a check's result changed (Envoy's HealthTransition).</summary>
internal enum CheckTransition
{
    None,

    /// <summary>More results of this kind would change the endpoint's health.</summary>
    Pending,

    Changed,
}
