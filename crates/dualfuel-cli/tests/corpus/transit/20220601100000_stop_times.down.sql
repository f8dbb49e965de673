DROP TABLE stop_times;
