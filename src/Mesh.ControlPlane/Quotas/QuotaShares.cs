namespace Mesh.ControlPlane.Quotas;

/// <summary>Divides a rate among those who want some of it: nobody gets more than he wants while another lacks (max-min fairness), and nobody nothing.</summary>
internal static class QuotaShares
{
    /// <summary>The part that is given to all alike, so that a process whose requests begin need not wait for its next report.</summary>
    private const double Reserve = 0.05;

    /// <param name="rate">What there is.</param>
    /// <param name="demands">What each wants.</param>
    /// <returns>What each gets; together the rate.</returns>
    public static double[] Divide(double rate, IReadOnlyList<double> demands)
    {
        var shares = new double[demands.Count];
        Array.Fill(shares, rate * Reserve / Math.Max(1, demands.Count));
        var left = rate * (1 - Reserve);
        var waiting = demands.Count;
        foreach (var index in Enumerable.Range(0, demands.Count).OrderBy(index => demands[index]))
        {
            var granted = Math.Min(Math.Max(0, demands[index]), left / waiting);
            shares[index] += granted;
            left -= granted;
            waiting--;
        }

        // More than all want: headroom for each.
        for (var index = 0; index < shares.Length; index++)
        {
            shares[index] += left / shares.Length;
        }

        return shares;
    }
}
