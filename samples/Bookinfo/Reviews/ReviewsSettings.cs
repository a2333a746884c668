namespace Bookinfo.Reviews;

/// <summary>What makes a process version 1, 2 or 3, and what it says about itself.</summary>
/// <param name="RatingsEnabled">ENABLE_RATINGS: ask the ratings service.</param>
/// <param name="StarColor">STAR_COLOR.</param>
/// <param name="PodName">HOSTNAME.</param>
/// <param name="ClusterName">CLUSTER_NAME; upstream prints the text "null" when it is not set.</param>
internal sealed record ReviewsSettings(bool RatingsEnabled, string StarColor, string PodName, string ClusterName)
{
    public static ReviewsSettings From(IConfiguration configuration) => new(
        configuration.GetValue<bool>("ENABLE_RATINGS"),
        configuration["STAR_COLOR"] ?? "black",
        configuration["HOSTNAME"] ?? Environment.MachineName,
        configuration["CLUSTER_NAME"] ?? "null");
}
