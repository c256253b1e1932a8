namespace ControlPlane.FunctionsHost.Worker;

/// <summary>Starts handlers: as processes, or as a scripted stand-in inside the test.</summary>
public interface IWorkerLauncher
{
    /// <summary>Starts one.</summary>
    IWorker Launch(WorkerStart start);
}

/// <summary>A handler that was started.</summary>
public interface IWorker
{
    /// <summary>Ends with its exit code.</summary>
    Task<int> Exited { get; }

    /// <summary>Its process; 0 when it is none.</summary>
    int ProcessId { get; }

    /// <summary>Ends it at once, without a chance to finish anything.</summary>
    void Kill();
}
