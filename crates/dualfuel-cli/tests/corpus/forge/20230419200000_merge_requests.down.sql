DROP TABLE merge_requests;
