namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Gathers the terms of a conjunction; what cannot be said on the wire makes an ALLOW smaller and everything else wider, never the other way round.</summary>
/// <param name="allows">Whether a match lets requests pass.</param>
/// <param name="anyOf">Joins the values of one attribute.</param>
/// <param name="not">Turns a term round.</param>
internal sealed class AttributeTerms<TTerm>(bool allows, Func<IEnumerable<TTerm>, TTerm> anyOf, Func<TTerm, TTerm> not)
    where TTerm : class
{
    private readonly List<TTerm> _terms = [];

    /// <summary>Some condition of an ALLOW cannot be said: the rule must not match at all.</summary>
    public bool NeverMatches { get; private set; }

    /// <summary>Some value could not be said.</summary>
    public bool IsIncomplete { get; private set; }

    public IReadOnlyCollection<TTerm> Terms => _terms;

    /// <param name="values">One of these; empty asks for nothing.</param>
    /// <param name="notValues">None of these.</param>
    /// <param name="translate">Null for a value that cannot be said.</param>
    public void Add(IReadOnlyCollection<string> values, IReadOnlyCollection<string> notValues, Func<string, TTerm?> translate)
    {
        var wanted = values.Select(translate).ToArray();
        var unwanted = notValues.Select(translate).ToArray();
        if (wanted.Contains(null) || unwanted.Contains(null))
        {
            IsIncomplete = true;
            NeverMatches |= allows;
        }

        // With one value missing, a choice among the others would miss what the rule means to catch.
        if (wanted.Length > 0 && !wanted.Contains(null))
        {
            _terms.Add(anyOf(wanted!));
        }

        if (unwanted.OfType<TTerm>().ToArray() is { Length: > 0 } known)
        {
            _terms.Add(not(anyOf(known)));
        }
    }
}
