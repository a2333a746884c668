namespace Mesh.Client.LoadBalancing.Weighing;

/// <summary>Draws an index at random in proportion to its weight, in the same time however many there are (Vose's alias method).</summary>
internal sealed class AliasTable
{
    // A column is shared by its own index, up to the limit, and by its alias; null when all weights are equal.
    private readonly (double Limit, int Alias)[]? _columns;
    private readonly int _count;

    public AliasTable(double[] weights)
    {
        _count = weights.Length;
        if (!Array.TrueForAll(weights, weight => weight.Equals(weights[0])))
        {
            _columns = Divide(weights);
        }
    }

    public int Draw(Random random)
    {
        if (_columns is null)
        {
            return random.Next(_count);
        }

        // One draw gives both the column and the place in it.
        var place = random.NextDouble() * _count;
        var column = (int)place;
        ref readonly var shared = ref _columns[column];
        return place - column < shared.Limit ? column : shared.Alias;
    }

    private static (double Limit, int Alias)[] Divide(double[] weights)
    {
        var mean = weights.Average();
        var rest = Array.ConvertAll(weights, weight => weight / mean);
        var columns = new (double, int)[weights.Length];
        var small = new Stack<int>(Enumerable.Range(0, weights.Length).Where(index => rest[index] < 1));
        var large = new Stack<int>(Enumerable.Range(0, weights.Length).Where(index => rest[index] >= 1));
        while (small.Count > 0 && large.Count > 0)
        {
            var (low, high) = (small.Pop(), large.Pop());
            columns[low] = (rest[low], high);
            rest[high] -= 1 - rest[low];
            (rest[high] < 1 ? small : large).Push(high);
        }

        // What is left is whole, up to rounding.
        foreach (var index in small.Concat(large))
        {
            columns[index] = (1, index);
        }

        return columns;
    }
}
