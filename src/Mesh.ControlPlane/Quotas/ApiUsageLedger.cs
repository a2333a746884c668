namespace Mesh.ControlPlane.Quotas;

/// <summary>Counts the requests of API consumers by day, out of what gateways report.</summary>
internal sealed class ApiUsageLedger(TimeProvider time)
{
    /// <summary>Days that are kept, today among them.</summary>
    public const int Days = 62;

    /// <summary>Rows in all; what comes for others after that is dropped.</summary>
    private const int MaxRows = 100_000;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<ApiUsageKey, Dictionary<DateOnly, ApiUsageCount>> _rows = [];
    private DateOnly _pruned;

    /// <summary>When counting began: what was before is on record elsewhere.</summary>
    public DateTimeOffset Since { get; } = time.GetUtcNow();

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);

    public void Add(ApiUsageKey key, ulong served, ulong failed)
    {
        var today = DayOf(time.GetUtcNow());
        lock (_lock)
        {
            Prune(today);
            if (!_rows.TryGetValue(key, out var days))
            {
                if (_rows.Count >= MaxRows)
                {
                    return;
                }

                _rows[key] = days = [];
            }

            days[today] = days.GetValueOrDefault(today).Plus(served, failed);
        }
    }

    /// <summary>What was counted from a day to a day, both included.</summary>
    public IReadOnlyList<ApiUsageRow> Read(DateOnly from, DateOnly to, Func<ApiUsageKey, bool> isAsked)
    {
        lock (_lock)
        {
            return
            [
                .. from row in _rows
                   where isAsked(row.Key)
                   from day in row.Value
                   where day.Key >= @from && day.Key <= to
                   orderby row.Key.Api, row.Key.Consumer, row.Key.Version, day.Key
                   select new ApiUsageRow(row.Key, day.Key, day.Value),
            ];
        }
    }

    private void Prune(DateOnly today)
    {
        if (_pruned == today)
        {
            return;
        }

        _pruned = today;
        var first = today.AddDays(1 - Days);
        foreach (var (key, days) in _rows)
        {
            foreach (var day in days.Keys.Where(day => day < first).ToArray())
            {
                days.Remove(day);
            }

            if (days.Count == 0)
            {
                _rows.Remove(key);
            }
        }
    }
}
